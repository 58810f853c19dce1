// `npm run docs`: rewrites the generated parts of the pages (test/support/reference.ts). `npm run check` compares them.
process.env.WRITE_DOCS = '1'
process.argv.splice(2, Infinity, 'test/architecture/reference.test.ts')
await import('./run.mjs')
