import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { PLAIN_COLUMNS, SEPARATE_COLUMNS } from '#services/deployments/queries/command-columns.js'

describe('the columns that readers of commands name', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('are those of the table (DF-C6)', async () => {
    const rows = await server.query<{ columnName: string }>(
      `select column_name as "columnName" from information_schema.columns where table_name = 'command' and table_schema = current_schema()`,
    )
    expect(rows.map(({ columnName }) => columnName).sort()).toEqual([...PLAIN_COLUMNS, ...SEPARATE_COLUMNS].sort())
  })
})
