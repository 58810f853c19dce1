import { parentPort } from 'node:worker_threads'
import { AppError } from '../../kernel/errors/app-error.js'
import { packReport, type OpenedReport } from './interpret-report.js'
import { openReport, pickMembers } from './open-report.js'
import type { FromWorker, ToWorker } from './report-reader.js'

/** The thread that reads large reports, one at a time: see `report-reader.ts`. */
let opened: OpenedReport | undefined

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
