/** Texts about single letters that act on a page of operators. */
export const pageKeyWords = {
  name: 'Keys',
  turnOff: 'Turn the keys off',
  turnOn: 'Turn the keys on',
} as const
