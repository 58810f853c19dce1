/** Gathers what a list yields, so that each statement serves many items. */
export async function* inChunks<Item>(items: AsyncIterable<Item>, size: number): AsyncIterable<readonly Item[]> {
  let chunk: Item[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
