import { createQueryBuilder } from '#services/kernel/database/query-builder.js'

describe('The query builder', () => {
  const sent: { text: string; values: readonly unknown[] }[] = []
  const query = createQueryBuilder((text, values) => {
    sent.push({ text, values })
    return Promise.resolve({ rows: [], rowCount: 0 })
  })
  beforeEach(() => void sent.splice(0))

  it.each([[[]], [['agt_1']], [['agt_1', 'agt_2']]])('sends a list as one array: %j', async (ids: string[]) => {
    await query.selectFrom('agent').select('id').where('id', 'in', ids).where('accountId', 'not in', ids).execute()
    expect(sent).toEqual([
      {
        text: `select "id" from "agent" where "id" = any($1) and "account_id" <> all($2)`,
        values: [ids, ids],
      },
    ])
  })

  it('keeps subqueries', async () => {
    await query
      .selectFrom('agent')
      .select('id')
      .where('id', 'in', (eb) => eb.selectFrom('retired_agent_token').select('agentId'))
      .execute()
    expect(sent[0]!.text).toBe(`select "id" from "agent" where "id" in (select "agent_id" from "retired_agent_token")`)
  })
})
