import { Command } from 'commander'
import module from 'node:module'

/** The earliest Node that can load the server. `npm start` and `stackgate` bring Node 24. */
const EARLIEST_NODE = 22

if (Number(process.versions.node.split('.')[0]) < EARLIEST_NODE) {
  process.stderr.write(
    `stackgate: The server needs Node ${EARLIEST_NODE} or later, and this is Node ${process.versions.node}. npm start brings its own Node.\n`,
  )
  process.exit(1)
}

const { fresh = false } = new Command('npm start --')
  .description(
    'Starts the server; in sandbox mode also its database and the payment sandbox. docs/configuration.md lists the settings.',
  )
  .option('--fresh', 'forgets the embedded database and the sandbox of DATA_DIR first')
  .parse()
  .opts<{ fresh?: boolean }>()

// Only maps of the program's own files: those of packages would stay in memory. The first releases of Node 22 lack the function.
module.setSourceMapsSupport?.(true)

// Loaded only when needed: the help and wrong options are printed without the server's modules.
const { loadEnvironmentFile } = await import('./cli/environment-file.js')
const problem = loadEnvironmentFile()
if (problem) {
  process.stderr.write(`stackgate: ${problem}\n`)
  process.exit(1)
}
const { serve } = await import('./startup/serve.js')
await serve(process.env, { fresh })
