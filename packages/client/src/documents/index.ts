export * from '../generated/documents/index.js'
