import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchFolder, projectFolder } from './project.js'
import { startProcess } from './started-processes.js'

/** Separate process of a benchmark that executes one command at a time. */
export interface HelperProcess {
  readonly pid: number
  ask<Answer>(question: object): Promise<Answer>
  stop(): Promise<unknown>
}

/** Starts a module of `bench/` that responds to each message with one message. */
export function startHelper(module: string, name: string, env: Readonly<Record<string, string>>): HelperProcess {
  mkdirSync(benchFolder, { recursive: true })
  const logFile = join(benchFolder, `${name}.log`)
  const path = fileURLToPath(new URL(`../${module}`, import.meta.url))
  const started = startProcess(process.execPath, ['--enable-source-maps', path], {
    cwd: projectFolder,
    env,
    logFile,
    ipc: true,
  })
  const { child } = started
  return {
    pid: child.pid!,
    ask: <Answer>(question: object) =>
      new Promise<Answer>((resolve, reject) => {
        const ended = () => reject(new Error(`${name} ended; its log is ${logFile}`))
        child.once('exit', ended)
        child.once('message', (answer) => {
          child.off('exit', ended)
          resolve(answer as Answer)
        })
        child.send(question)
      }),
    stop: () => started.stop(),
  }
}
