/** Decimals of the currencies that have not two. `server-tables.ts` derives these modules from the sources of the server. */
declare module 'currency:decimals' {
  const decimals: Readonly<Record<string, number>>
  export default decimals
}

/** Codes of the currencies in which a provider charges. */
declare module 'currency:sold' {
  const codes: readonly string[]
  export default codes
}

/** Codes of all countries. */
declare module 'country:codes' {
  const codes: readonly string[]
  export default codes
}
