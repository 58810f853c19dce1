import type { Page } from 'playwright-core'

/**
 * Limit for the processor time of a task in tests, in milliseconds. The figure is 50 on a machine without other work
 * (`bench/results/dashboard.md`). Within the suite several browsers, servers and databases share caches and cores, and the same task needs
 * at most twice its processor time; the limit is still exceeded by a page that renders all rows, which takes several times as much.
 */
export const MAX_TASK_CPU_MS = 100

/** Tasks of the main thread of a page. */
export interface RendererTasks {
  readonly count: number
  /** Most processor time of one task, in milliseconds. Other processes change it by the caches that they share. */
  readonly maxCpuMs: number
  /** Duration of the longest task, in milliseconds. Includes the time in which other processes had the processor. */
  readonly maxMs: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Duration in microseconds. */
  readonly dur?: number
  /** Processor time in microseconds. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Traces the main thread of a page while `work` runs. */
export async function traceTasks(page: Page, work: () => Promise<void>): Promise<RendererTasks> {
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  try {
    await work()
  } catch (error) {
    await browser.stopTracing()
    throw error
  }
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] }
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) =>
      ph === 'X' && name === 'ThreadControllerImpl::RunTask' && mainThreads.has(`${pid} ${tid}`),
  )
  return {
    count: tasks.length,
    maxCpuMs: tasks.reduce((maximum, { tdur = 0 }) => Math.max(maximum, tdur / 1000), 0),
    maxMs: tasks.reduce((maximum, { dur = 0 }) => Math.max(maximum, dur / 1000), 0),
  }
}
