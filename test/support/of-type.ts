type Named<Value, Name extends string> = Name extends 'Denial'
  ? Extract<Value, { readonly __typename: 'Denial' }>
  : [Extract<Value, { readonly __typename?: Name }>] extends [never]
    ? Exclude<Value, { readonly __typename: 'Denial' }>
    : Exclude<Extract<Value, { readonly __typename?: Name | string }>, { readonly __typename: 'Denial' }>

/** The result of an operation as one of its types. Throws with the result if it has another type. */
export function ofType<Value extends { readonly __typename?: string | undefined }, const Name extends string>(
  value: Value | null | undefined,
  name: Name,
): Named<Value, Name> {
  if (value?.__typename !== name) throw new Error(`not of type ${name}: ${JSON.stringify(value)}`)
  return value as Named<Value, Name>
}
