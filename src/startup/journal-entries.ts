import { z } from 'zod'
import type { ServerApi } from './server-api.js'

const money = z.object({ currency: z.string(), decimal: z.string() })
const posting = z.object({ ledgerAccount: z.string(), debit: money, credit: money })
const page = z.object({
  journal: z.object({
    month: z.string(),
    closedAt: z.string().nullable(),
    totals: z.array(posting),
    entries: z.object({
      nodes: z.array(
        z.object({
          key: z.string(),
          kind: z.string(),
          at: z.string(),
          document: z.string(),
          account: z.object({ id: z.string() }).nullable(),
          postings: z.array(posting),
        }),
      ),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    }),
  }),
})

type Page = z.infer<typeof page>['journal']

const ENTRIES_AT_ONCE = 15

/** The journal of a month with all of its entries. */
export async function readEntries(api: ServerApi, month: string) {
  const entries: Page['entries']['nodes'] = []
  let after: string | null = null
  for (;;) {
    const { journal: read }: { journal: Page } = await api.request(
      'Journal',
      { month, first: ENTRIES_AT_ONCE, after },
      page,
    )
    entries.push(...read.entries.nodes)
    if (!read.entries.pageInfo.hasNextPage) return { ...read, entries }
    after = read.entries.pageInfo.endCursor
  }
}
