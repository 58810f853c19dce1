import { translated } from '../translated.js'

/** Name, export, deletion and leaving of an account. */
export const settingsWords = translated('settingsWords', {
  title: 'Settings',
  name: {
    title: 'Name',
    label: 'Name of the team',
    save: 'Save the name',
    saved: 'The name is saved.',
    person: 'A personal account has the name of its person.',
  },
  export: {
    title: 'Export your data',
    text: 'One file with everything that is stored about this account. It can be downloaded for seven days.',
    start: 'Start an export',
    running: (percent: string) => `The export is at ${percent} %.`,
    scheduled: 'The export starts in a moment.',
    ready: (date: string) => `Exported on ${date}`,
    download: 'Download',
    fileName: (date: string) => `account-${date}.json`,
  },
  leave: {
    title: 'Leave this account',
    text: 'You lose access to everything in it. A new invitation lets you return.',
    button: 'Leave the account',
    confirm: (name: string) => `Leave ${name}?`,
    keep: 'Cancel',
  },
  remove: {
    title: 'Delete this account',
    text: 'After fourteen days, its data is deleted. Until then you can undo it, and nothing can be bought.',
    button: 'Delete the account',
    confirmTitle: (name: string) => `Delete ${name}?`,
    type: (name: string) => `Type “${name}” to confirm`,
    confirm: 'Delete it in fourteen days',
    keep: 'Cancel',
    scheduled: (date: string) => `This account will be deleted on ${date}.`,
    blocked: (reason: string) => `The deletion waits: ${reason}`,
    charge: (amount: string, date: string, description: string) =>
      `${amount} is charged after ${date}, and the account is not deleted before. ${description}.`,
    credit: (amount: string) => `Its credit of ${amount} ends with the deletion, and is not paid out.`,
    undo: 'Undo the deletion',
  },
})
