/**
 * What a spawned process gets from the environment of the tests: nothing that configures a server. The compiled code that Node stores for the
 * run saves each process about a second of its start.
 */
export const childEnvironment: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  ['PATH', 'HOME', 'NODE_COMPILE_CACHE'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
)
