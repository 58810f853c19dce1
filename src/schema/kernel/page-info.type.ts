import { field, objectType, shareable } from './decorators.js'

@objectType('Pagination state, as defined by the Relay connection specification.')
@shareable()
export class PageInfo {
  readonly __typename?: 'PageInfo'

  @field('Whether items follow this page.', () => Boolean)
  hasNextPage!: boolean

  @field('Whether items precede this page.', () => Boolean)
  hasPreviousPage!: boolean

  @field(
    'Cursor of the first item. Pass it as `before`, where the list has this argument, to get the previous page. Null on an empty page.',
    () => String,
    { nullable: true },
  )
  startCursor!: string | null

  @field('Cursor of the last item. Pass it as `after` to get the next page. Null on an empty page.', () => String, {
    nullable: true,
  })
  endCursor!: string | null
}
