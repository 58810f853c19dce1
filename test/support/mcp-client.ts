import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { childEnvironment } from './child-environment.js'

/** A tool as the client sees it. */
export interface ListedTool {
  readonly name: string
  readonly description?: string | undefined
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined
}

/** Result of a call: data, or `error`. */
export interface ToolCall {
  readonly isError: boolean
  readonly text: string
  readonly content: Record<string, unknown> & { readonly error?: { readonly code: string; readonly message: string } }
}

/** `stackgate mcp`, used by the client of the official SDK. */
export interface McpClient {
  /** Lines that the program wrote to stderr. */
  readonly said: () => string
  readonly instructions: () => string | undefined
  readonly protocol: () => string | undefined
  list(): Promise<ListedTool[]>
  call(name: string, args?: Record<string, unknown>): Promise<ToolCall>
  close(): Promise<void>
}

export async function connectMcp(
  env: Record<string, string>,
  args: readonly string[] = [],
  protocol: 'auto' | 'legacy' = 'auto',
): Promise<McpClient> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(process.cwd(), 'dist/src/cli/stackgate.js'), 'mcp', ...args],
    env: { ...(childEnvironment as Record<string, string>), ...env },
    stderr: 'pipe',
  })
  let said = ''
  transport.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: protocol } })
  await client.connect(transport)
  return {
    said: () => said,
    instructions: () => client.getInstructions(),
    protocol: () => client.getNegotiatedProtocolVersion(),
    list: async () => (await client.listTools()).tools,
    call: async (name, values = {}) => {
      const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: values })
      const [first] = content
      return {
        isError,
        text: first?.type === 'text' ? first.text : '',
        content: (structuredContent ?? {}) as ToolCall['content'],
      }
    },
    close: () => client.close(),
  }
}
