import { z } from 'zod'
import { signLocalToken } from '../services/identity/tokens/local-tokens.js'
import { ClientDocuments } from '../rest/shared-operations/client-documents.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { readRunningServer } from './data-folder.js'

/** Operator in whose name commands call a server in sandbox mode. */
const SANDBOX_OPERATOR = { email: 'ops@example.com', roles: ['admin'], expiresInSeconds: 24 * 3600 } as const
const REQUEST_MS = 60_000

/** The public API of a server, for commands. Its audit log names the owner of the token. */
export interface ServerApi {
  readonly url: string
  /**
   * Executes an operation of the client package, and validates the data.
   * @param operation name of the operation
   * @throws with the server's message if it rejects the operation
   */
  request<Data>(operation: string, variables: Readonly<Record<string, unknown>>, data: z.ZodType<Data>): Promise<Data>
  /**
   * Executes a document. Returns the response with its errors. The audit log contains the request ID.
   * @throws `UNAVAILABLE` if the server cannot be reached
   */
  /**
   * Reads a file of the REST API.
   * @throws with the server's message if it refuses the file
   */
  file(path: string): Promise<string>
  execute(document: string, variables: Readonly<Record<string, unknown>>, requestId?: string): Promise<GraphQLResponse>
}

const response = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({ message: z.string(), extensions: z.object({ code: z.string() }).catchall(z.unknown()).optional() }),
    )
    .optional(),
})
export type GraphQLResponse = z.infer<typeof response>

/** A denial, of which operations of the client package select these fields. */
const denial = z.object({ code: z.string(), message: z.string(), retryAfterSeconds: z.number().nullable() })
export type ApiDenial = z.infer<typeof denial>

/** The payload of a mutation with these fields. */
export const payload = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ ...shape, denial: denial.nullable() })

export const denialText = ({ code, message }: ApiDenial): string => `${code}: ${message}`

/**
 * API of the server at `STACKGATE_URL`, by default the server that runs on the data folder. `STACKGATE_TOKEN` is the token
 * of a user or a service key; in sandbox mode the default is a token of an operator.
 */
export async function openServerApi(env: NodeJS.ProcessEnv): Promise<ServerApi> {
  const { STACKGATE_URL: named, STACKGATE_TOKEN: given } = env
  if (named && !given)
    throw new AppError(
      'CONFIGURATION',
      'STACKGATE_TOKEN: missing; STACKGATE_URL requires a user token or a service key',
    )
  const config = named ? null : readConfig(env)
  const url = graphqlUrl(named ?? addressOf(config!))
  // A token of an operator expires after a day, and `mcp` runs longer.
  const token = given ? () => given : () => operatorToken(config!)
  await token()
  const documents = new ClientDocuments()
  const execute: ServerApi['execute'] = async (query, variables, requestId) =>
    send(url, await token(), { query, variables }, requestId)
  return {
    url: url.href,
    execute,
    file: async (path) => readFile(new URL(path, url), await token()),
    request: async (operation, variables, data) => {
      const { data: received, errors } = await execute(documents.textOf(operation), variables)
      if (errors?.length) throw rejected(errors)
      return data.parse(received)
    },
  }
}

function graphqlUrl(text: string): URL {
  const base = URL.parse(text.endsWith('/') ? text : `${text}/`)
  if (!base || !/^https?:$/.test(base.protocol))
    throw new AppError('CONFIGURATION', 'STACKGATE_URL: expected http:// or https:// and a host')
  return base.pathname.endsWith('/graphql/') ? new URL(base.href.slice(0, -1)) : new URL('graphql', base)
}

function addressOf({ dataDir }: Config): string {
  const running = readRunningServer(dataDir)
  if (running) return running.url
  throw new AppError(
    'CONFIGURATION',
    `no server has been started on the data folder ${dataDir}: start it first, or set STACKGATE_URL and STACKGATE_TOKEN`,
  )
}

function operatorToken({ mode, dataDir }: Config): Promise<string> {
  if (mode === 'sandbox') return signLocalToken(systemTimers, dataDir, SANDBOX_OPERATOR)
  throw new AppError('CONFIGURATION', `STACKGATE_TOKEN: missing; ${mode} mode requires a user token or a service key`)
}

async function send(url: URL, token: string, body: object, requestId?: string): Promise<GraphQLResponse> {
  let answered: Response
  try {
    answered = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_MS),
    })
  } catch (error) {
    throw unreachable(url, error as Error & { cause?: { code?: string } })
  }
  const read = response.safeParse(await answered.json().catch(() => null))
  if (read.success && (read.data.data ?? read.data.errors)) return read.data
  throw new AppError('CONFIGURATION', `${url.href} is not the API of a server (HTTP ${answered.status})`)
}

const withMessage = z.object({ message: z.string() })

async function readFile(url: URL, token: string): Promise<string> {
  let answered: Response
  try {
    answered = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(REQUEST_MS),
    })
  } catch (error) {
    throw unreachable(url, error as Error & { cause?: { code?: string } })
  }
  const text = await answered.text()
  if (!answered.ok) throw new AppError('CONFIGURATION', `the server refused ${url.pathname}: ${messageOf(text)}`)
  return text
}

/** The message of an error of this API. The text itself if it is none of this API. */
function messageOf(text: string): string {
  try {
    return withMessage.parse(JSON.parse(text)).message
  } catch {
    return text.slice(0, 500)
  }
}

const unreachable = (url: URL, { message, cause }: Error & { cause?: { code?: string } }): AppError =>
  new AppError(
    'UNAVAILABLE',
    `${url.href} cannot be reached (${cause?.code ?? message}): start the server, or set STACKGATE_URL`,
  )

function rejected([first]: NonNullable<GraphQLResponse['errors']>): AppError {
  const code = first?.extensions?.code ?? 'INTERNAL'
  return new AppError('CONFIGURATION', `the server rejected the request (${code}): ${first?.message}`)
}
