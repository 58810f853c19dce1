/** The result of an operation as one of its types. Throws with the result if it has another type. */
export function ofType<Result extends { readonly __typename: string }, Name extends Result['__typename']>(
  result: Result | null | undefined,
  name: Name,
): Extract<Result, { readonly __typename: Name }> {
  if (result?.__typename !== name) throw new Error(`not of type ${name}: ${JSON.stringify(result)}`)
  return result as Extract<Result, { readonly __typename: Name }>
}
