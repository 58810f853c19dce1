import { InvalidArgumentError, type Command } from 'commander'
import { printProgress, printResult, type CommandContext } from '../command-context.js'
import { serverVersion } from '#services/kernel/server-version.js'

const PREVIEW_SECONDS = 300
const MAX_PREVIEW_SECONDS = 3_600

interface McpOptions {
  readonly readOnly: boolean
  readonly previewSeconds: number
  readonly documents: boolean
}

/** Adds `mcp`, which serves tools for a running server to an MCP client over stdin and stdout. */
export function addMcpCommand(program: Command, { env }: CommandContext): void {
  program
    .command('mcp')
    .description('serves tools to an MCP client such as an assistant, over stdin and stdout')
    .option('--read-only', 'only the tools that change nothing', false)
    .option('--preview-seconds <number>', 'time in which a previewed change can be made', seconds, PREVIEW_SECONDS)
    .option('--documents', 'prints the documents of all tools as a manifest for TRUSTED_DOCUMENTS', false)
    .action(async ({ documents, ...options }: McpOptions) => {
      const [{ serveTools, toolManifest }, { openServerApi }] = await Promise.all([
        import('#startup/mcp/serve-tools.js'),
        import('#startup/server-api.js'),
      ])
      if (documents) printResult(toolManifest(), [], true)
      else
        await serveTools(await openServerApi(env), {
          ...options,
          version: serverVersion(),
          say: (line) => printProgress(`stackgate mcp: ${line}`),
        })
    })
}

function seconds(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > MAX_PREVIEW_SECONDS)
    throw new InvalidArgumentError(`must be a number of seconds between 1 and ${MAX_PREVIEW_SECONDS}`)
  return value
}
