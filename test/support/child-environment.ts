/**
 * Environment of a spawned process: nothing that configures a server. The compiled code that Node stores saves each process about a third of its
 * start.
 */
export const childEnvironment: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  ['PATH', 'HOME', 'NODE_COMPILE_CACHE'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
)
