import type { CallStripe } from './stripe-errors.js'

/** All items of a list. Each page is a separate call, counted and mapped like all others. */
export async function* pages<Item extends { id: string }>(
  call: CallStripe,
  operation: string,
  fetch: (after: { starting_after?: string }) => Promise<{ data: Item[]; has_more: boolean }>,
): AsyncIterable<Item> {
  let after: { starting_after?: string } = {}
  for (;;) {
    const page = await call(operation, () => fetch(after))
    yield* page.data
    const last = page.data.at(-1)
    if (!page.has_more || !last) return
    after = { starting_after: last.id }
  }
}

export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
