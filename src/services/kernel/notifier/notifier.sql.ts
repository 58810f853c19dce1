import { statement } from '../database/statement.js'

/** Notifies other processes. A notification can be lost in a crash, because polls cover it: it does not wait for the disk. */
export const notifyProcesses = statement<
  { channel: string; payload: string },
  { pgNotify: string; setConfig: string }
>(`
  select pg_notify(:channel, :payload), set_config('synchronous_commit', 'off', true)
`)
