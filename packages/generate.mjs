// `npm run build`, `npm run schema` and `npm run build:dashboard`: writes the modules of the client that are not in git.
import { ensureGenerated, ensureInstalled } from '../src/bootstrap.mjs'

await ensureInstalled((line) => process.stderr.write(`generate: ${line}\n`))
await ensureGenerated()
