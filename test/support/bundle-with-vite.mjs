// Bundles one entry for browsers and writes the code to stdout. A process of its own: Vite does not run in the virtual machine of a test.
import { join } from 'node:path'
import { build, runnerImport } from 'vite'

// Tests set `test`, which would select the development build of JSX.
process.env.NODE_ENV = 'production'
const [entry, single, external] = process.argv.slice(2)
// Modules of the dashboard read tables of the server.
const { module } = await runnerImport(join(process.cwd(), 'dashboard/server-tables.ts'), { configFile: false })
const [{ output }] = await build({
  configFile: false,
  logLevel: 'silent',
  plugins: [module.serverTables()],
  resolve: { conditions: ['@stackgate/source', 'browser', 'module', 'import', 'default'] },
  build: {
    write: false,
    target: 'es2022',
    minify: true,
    rolldownOptions: {
      // As in an application: what the entry shares with modules that are loaded on demand stays in the entry.
      preserveEntrySignatures: 'allow-extension',
      output: { minify: true, codeSplitting: single !== 'single' },
      external: external ? external.split(',').map((name) => new RegExp(`^${name}(/|$)`)) : [],
    },
    lib: { entry: join(process.cwd(), entry), formats: ['es'] },
  },
})
process.stdout.write(output[0].code)
