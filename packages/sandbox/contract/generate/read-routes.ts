import { readFileSync } from 'node:fs'
import ts from 'typescript-api'

/** One method of the SDK that calls one route. */
export interface SdkRoute {
  /** `POST /v1/customers/:id` */
  route: string
  className: string
  method: string
  /** True if it returns a page of a list. */
  isList: boolean
}

/** The routes that a file of the SDK calls, read from its `_makeRequest(verb, path, …)`. */
export function readRoutes(file: string): SdkRoute[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  return source.statements.filter(ts.isClassDeclaration).flatMap((declared) =>
    declared.members.filter(ts.isMethodDeclaration).flatMap((member) => {
      const call = requestIn(member)
      const [verb, path] = call?.arguments ?? []
      if (call === undefined || verb === undefined || !ts.isStringLiteral(verb) || path === undefined) return []
      // A path that only running code knows (the address in a thin event) is no route.
      if (!ts.isStringLiteralLike(path) && !ts.isTemplateExpression(path)) return []
      const isList = /methodType: '(list|search)'/.test(call.getText())
      const route = `${verb.text} ${pathOf(path)}`
      return [{ route, className: declared.name?.text ?? '', method: member.name.getText(), isList }]
    }),
  )
}

function requestIn(node: ts.Node): ts.CallExpression | undefined {
  if (ts.isCallExpression(node) && node.expression.getText().endsWith('._makeRequest')) return node
  return ts.forEachChild(node, requestIn)
}

/** `/v1/customers/${encodeURIComponent(id)}` as `/v1/customers/:id`. */
function pathOf(path: ts.StringLiteralLike | ts.TemplateExpression): string {
  if (ts.isStringLiteralLike(path)) return path.text
  const spans = path.templateSpans.map(({ expression, literal }) => {
    const name = ts.isCallExpression(expression) ? expression.arguments[0]?.getText() : expression.getText()
    return `:${name?.replaceAll(/\W/g, '_')}${literal.text}`
  })
  return path.head.text + spans.join('')
}
