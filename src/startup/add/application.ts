import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#services/kernel/errors/app-error.js'
import { FRAMEWORKS, type FrameworkName } from './frameworks.js'

/** An application in a folder. */
export interface Application {
  readonly framework: FrameworkName
  /** Folder of its sources: a path in the folder of the application that ends with a slash, or an empty text. */
  readonly sources: string
  readonly typescript: boolean
  /** Files of JavaScript are modules without a name of their own for them. */
  readonly modules: boolean
  /** Name of the package of Go, or of the module of Django. */
  readonly name: string
}

const NODE: readonly string[] = ['next', 'hono', 'express', 'fastify']

/**
 * Recognizes the application of a folder by its manifest.
 * @param wanted framework that the caller names, for a folder with several
 * @throws with the reason if no framework is found, if there are several, or if its form is unknown
 */
export function readApplication(folder: string, wanted?: FrameworkName): Application {
  const text = (path: string) =>
    path !== '' && existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null
  const found = frameworksOf(text)
  const framework = wanted ?? found[0]
  if (framework === undefined)
    throw refused(
      `no framework found in ${folder}. package.json must depend on ${NODE.join(', ')}, requirements.txt or pyproject.toml on fastapi or django, or there must be a go.mod`,
    )
  if (!found.includes(framework))
    throw refused(`${folder} is not an application of ${framework}; found: ${found.join(', ') || 'none'}`)
  if (wanted === undefined && found.length > 1)
    throw refused(`${folder} has ${found.join(' and ')}: name one, for example \`stackgate add ${found[0]}\``)
  const files = { folder, text, has: (path: string) => existsSync(join(folder, path)) }
  if (framework === 'go') return goApplication(files)
  if (framework === 'fastapi' || framework === 'django') return pythonApplication(framework, files)
  return nodeApplication(framework, files)
}

interface Files {
  readonly folder: string
  /** Null: there is no such file. */
  readonly text: (path: string) => string | null
  readonly has: (path: string) => boolean
}

function frameworksOf(text: Files['text']): FrameworkName[] {
  const python = `${text('requirements.txt') ?? ''}\n${text('pyproject.toml') ?? ''}`.toLowerCase()
  const names = [
    ...Object.keys(dependenciesOf(text('package.json'))),
    ...['fastapi', 'django'].filter((name) => new RegExp(`^[\\s"'\\[]*${name}\\b(?!-)`, 'm').test(python)),
    ...(text('manage.py') === null ? [] : ['django']),
    ...(text('go.mod') === null ? [] : ['go']),
  ]
  return FRAMEWORKS.filter((name) => names.includes(name))
}

interface Manifest {
  readonly type?: string
  readonly dependencies?: Record<string, string>
}

const dependenciesOf = (manifest: string | null): Record<string, string> =>
  manifest === null ? {} : (parseManifest(manifest).dependencies ?? {})

function parseManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest
  } catch {
    throw refused('package.json is not JSON')
  }
}

function nodeApplication(framework: FrameworkName, { text, has }: Files): Application {
  if (has('wrangler.toml') || has('wrangler.jsonc') || has('wrangler.json'))
    throw refused('applications of Cloudflare Workers have no environment before a request: use @stackgate/client/edge')
  const sources = has('src') ? 'src/' : ''
  if (framework === 'next' && !has(`${sources}app`))
    throw refused(`${sources}app is missing: applications of Next.js without the App Router are not supported`)
  const isModule = parseManifest(text('package.json')!).type === 'module'
  const typescript = has('tsconfig.json')
  return { framework, sources, typescript, modules: isModule || framework === 'next' || typescript, name: '' }
}

function pythonApplication(framework: FrameworkName, { folder, has }: Files): Application {
  const sources = folderOf(folder, framework === 'django' ? 'settings.py' : 'main.py')
  if (sources === null)
    throw refused(
      `${framework === 'django' ? 'settings.py' : 'main.py'} was found neither in ${folder} nor one folder below`,
    )
  // A folder of modules is a package with or without `__init__.py`; without one the server is started within it.
  const isPackage = sources !== '' && (framework === 'django' || has(`${sources}__init__.py`))
  const name = isPackage ? `${sources.slice(0, -1)}.` : ''
  return { framework, sources, typescript: false, modules: false, name }
}

/** The folder with a file: the one that is given, or one below. */
function folderOf(folder: string, file: string): string | null {
  if (existsSync(join(folder, file))) return ''
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const found = below
    .map(({ name }) => name)
    .toSorted()
    .find((name) => existsSync(join(folder, name, file)))
  return found === undefined ? null : `${found}/`
}

function goApplication({ folder, text }: Files): Application {
  const file = readdirSync(folder)
    .toSorted()
    .find((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  const name = /^package (\w+)/m.exec(text(file ?? '') ?? '')?.[1]
  if (file === undefined || name === undefined) throw refused(`${folder} has no file of Go beside go.mod`)
  return { framework: 'go', sources: '', typescript: false, modules: false, name }
}

const refused = (message: string): AppError => new AppError('CONFIGURATION', message)
