// `npm run build:dashboard`: builds the pages into dashboard/dist, from which the server serves them.
import { join } from 'node:path'
import { ensureGenerated, freshFolder, nodeBinary, publishPages, root, run } from '../src/bootstrap.mjs'

await ensureGenerated()
const out = freshFolder('dashboard')
const vite = join(root, 'node_modules/vite/bin/vite.js')
await run(nodeBinary(), [vite, 'build', '--config', 'dashboard/vite.config.ts', '--outDir', out], { show: true })
publishPages('dashboard', out, join(root, 'dashboard/dist'))
