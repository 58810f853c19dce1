// Builds an application with Vite and serves it with its own configuration, until the process is ended: node serve-with-vite.mjs <folder> <port> <output>
import { build, preview } from 'vite'

const [root, port, outDir] = process.argv.slice(2)
await build({ root, logLevel: 'silent', build: { outDir, emptyOutDir: true } })
await preview({ root, logLevel: 'silent', preview: { port: Number(port) }, build: { outDir } })
process.stdout.write('ready\n')
