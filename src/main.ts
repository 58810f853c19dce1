import { Command } from 'commander'

const { fresh = false } = new Command('npm start --')
  .description(
    'Starts the server; in sandbox mode also its database and the payment sandbox. docs/configuration.md lists the settings.',
  )
  .option('--fresh', 'forgets the embedded database and the sandbox of DATA_DIR first')
  .parse()
  .opts<{ fresh?: boolean }>()

// Loaded only when needed: the help and wrong options are printed without the server's modules.
const { serve } = await import('./startup/serve.js')
await serve(process.env, { fresh })
