export * from './hooks/logs.js'
