/** Decimals of the currencies that have not two. `currencies.ts` derives it from the table of the server. */
declare module 'currency:decimals' {
  const decimals: Readonly<Record<string, number>>
  export default decimals
}

/** Codes of the currencies in which a provider charges. */
declare module 'currency:sold' {
  const codes: readonly string[]
  export default codes
}
