import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.js'
import { runTool } from './install-tools.js'

const LOADER = 'github.com/compose-spec/compose-go/v2@v2.16.2'

/** Answer of the reference implementation of Compose to a document. */
export interface ComposeAnswer {
  readonly loads: boolean
  readonly error?: string
}

/** Builds a program with the reference implementation, and loads each document with it. Requires Go and the proxy of its modules. */
export async function loadInComposeGo(documents: readonly string[]): Promise<ComposeAnswer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'compose-go-'))
  cpSync(join('test/long/compose-go/main.go'), join(folder, 'main.go'))
  const env = { ...childEnvironment, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
  for (const args of [
    ['mod', 'init', 'example.com/loader'],
    ['get', LOADER],
    ['mod', 'tidy'],
    ['build', '-o', 'loader', '.'],
  ]) {
    const { code, output } = await runTool('go', args, { cwd: folder, env })
    if (code !== 0) throw new Error(output)
  }
  const input = documents.map((text) => `${JSON.stringify(text)}\n`).join('')
  const { stdout } = spawnSync(join(folder, 'loader'), { input, encoding: 'utf8', maxBuffer: 2 ** 28, env: {} })
  rmSync(folder, { recursive: true })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ComposeAnswer)
}
