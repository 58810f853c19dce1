import { isNode, LineCounter, parseDocument, stringify } from 'yaml'
import type { TextProblem } from '../../ui/code-editor.js'

/** A part of a definition that the server refused. Names and positions lead to it. */
export interface RefusedPart {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A stored definition as a compose file in YAML, as people write it. Texts that YAML 1.1 reads as numbers, such as `22:22`, have quotes. */
export const composeText = (definition: unknown): string =>
  typeof definition === 'string' ? definition : stringify(definition, { lineWidth: 0, version: '1.1' }).trimEnd()

interface WholeContent {
  readonly definition: unknown
  readonly parameters: readonly { readonly derived: boolean }[] | null
  readonly files: readonly object[] | null
}

/** A compose file with the parameters that its vendor described and with its files, in a second document. */
export function contentText({ definition, parameters, files }: WholeContent): string {
  const described = (parameters ?? []).flatMap(({ derived, ...parameter }) => (derived ? [] : [parameter]))
  const parts = { ...(described.length > 0 && { parameters: described }), ...(files?.length && { files }) }
  const text = composeText(definition)
  return Object.keys(parts).length > 0 ? `${text}\n---\n${composeText(parts)}` : text
}

/** Mistakes of the YAML of a compose file. */
export function yamlProblems(text: string): readonly TextProblem[] {
  const lines = new LineCounter()
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return errors.map(({ pos, message }) => ({ ...placeOf(lines, pos[0]), path: '', message }))
}

/** Places of refused parts in the text of a compose file. A part that is missing is marked where it should be. */
export function placesOf(text: string, refused: readonly RefusedPart[]): readonly TextProblem[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return refused.map(({ path, message }) => {
    for (let { length } = path; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return { ...placeOf(lines, node.range[0]), path: path.join('.'), message }
    }
    return { line: 1, column: 1, path: path.join('.'), message }
  })
}

function placeOf(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}
