import { translated } from '../translated.js'

/** Acts on several rows of a list. */
export const bulkWords = translated('bulkWords', {
  bar: 'Selected rows',
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all rows that are shown',
  selected: (rows: string) => `${rows} selected`,
  clear: 'Clear',
  progress: (done: string, all: string) => `${done} of ${all}…`,
  done: (act: string, rows: string) => `${act}: ${rows} done`,
  failed: (act: string, rows: string) => `${act}: ${rows} failed`,
  change: 'Change role',
  role: 'New role',
  changeEffect: (rows: number, text: string) =>
    rows === 1 ? 'The member gets this role immediately.' : `${text} members get this role immediately.`,
  removeTitle: (rows: number, text: string) => (rows === 1 ? 'Remove 1 member?' : `Remove ${text} members?`),
})
