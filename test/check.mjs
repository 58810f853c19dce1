// `npm run check`: types, lint, format, known weaknesses of packages, and the tests of the architecture and the schema.
// `npm test` does the same first, and then runs the other tests.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureGenerated, ensureInstalled, root } from '../src/bootstrap.mjs'
import { runChecks } from './support/checks.mjs'

const say = (line) => process.stdout.write(`${line}\n`)

async function check() {
  if (process.argv.length > 2) {
    say(
      'check: it takes no options; it checks types, lint, format, known weaknesses of packages, architecture and schema',
    )
    return process.argv[2] === '--help'
  }
  await ensureInstalled((line) => say(`check: ${line}`))
  await ensureGenerated()
  const results = await runChecks(say)
  const tests = spawn(process.execPath, [join(root, 'test/run.mjs'), 'test/architecture', 'test/contract/schema'], {
    stdio: 'inherit',
  })
  const code = await new Promise((done) => tests.on('exit', done))
  const failed = results.filter(({ status }) => status === 'failed').map(({ name }) => name)
  if (code !== 0) failed.push('tests')
  say(failed.length > 0 ? `check: FAILED (${failed.join(', ')})` : 'check: ok')
  return failed.length === 0
}

process.exitCode = (await check()) ? 0 : 1
