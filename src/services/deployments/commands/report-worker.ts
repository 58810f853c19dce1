import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { basename } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { AppError } from '#services/kernel/errors/app-error.js'
import { packReport, type OpenedReport } from './interpret-report.js'
import { openReport, pickMembers } from './open-report.js'
import type { FromWorker, ToWorker } from './report-reader.js'

/** The thread that reads large reports, one at a time: see `report-reader.ts`. */
let opened: OpenedReport | undefined

lowerPriority()

parentPort!.on('message', (message: ToWorker) => {
  try {
    if (message.kind === 'open') {
      opened = openReport(Buffer.from(message.body.buffer))
      send({ kind: 'opened', commandId: opened.report.command_id })
    } else if (message.kind === 'pick') {
      send({ kind: 'picked', members: pickMembers(Buffer.from(message.body.buffer), message.names) })
    } else if (message.kind === 'interpret') {
      const packed = packReport(opened!, message.command)
      opened = undefined
      send({ kind: 'packed', packed }, [packed.kept.buffer, ...(packed.result ? [packed.result.buffer] : [])])
    } else opened = undefined
  } catch (error) {
    opened = undefined
    const refused = error instanceof AppError && error.code === 'BAD_REQUEST' ? { ...error.details } : null
    send({ kind: 'failed', message: (error as Error).message, refused })
  }
})

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer)
}

/** Where processors are few, the thread that serves requests goes first. Linux has a priority for each thread; elsewhere nothing changes. */
function lowerPriority(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Reports are read all the same.
  }
}
