import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { MAX_TASK_CPU_MS, traceTasks } from '#test/support/renderer-tasks.js'
import { describeUnless } from '#test/support/skip.js'

const ROWS = 10_000
/** Pixels of one turn of the wheel: about 70 rows, as a fast scroll of a touchpad. */
const TURN = 5_000
/** After the next frame: true at the end of the list, when no rows are left to load. */
const IS_AT_END = `new Promise((done) => requestAnimationFrame(() => {
  const frame = document.querySelector('.table-frame')
  done(!frame.querySelector(':scope > div button') && frame.scrollTop + frame.clientHeight > frame.scrollHeight - 5)
}))`

describeUnless(noBrowser)('Long lists in the dashboard', () => {
  let dashboard: DashboardServer

  beforeAll(async () => {
    dashboard = await startDashboard()
    await dashboard.server.query(
      `insert into audit_entry (id, actor, action, object, details, minute, at)
         select 'audit_' || lpad(n::text, 26, '0'), 'user:operator', 'override', 'object_' || n,
                jsonb_build_object('reason', 'reason ' || n), now() - make_interval(mins => n), now()
           from generate_series(1, $1) n`,
      [ROWS],
    )
  })
  afterAll(() => dashboard.close())

  it('scrolls through 10,000 rows that are loaded by cursor, and no task is long', async () => {
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await page.waitForURL('**/ops')
    await page.goto(`${dashboard.server.url}/dashboard/ops/audit`)
    await ops.live()
    await ops.loaded()
    const rows = page.getByRole('region', { name: 'Entries, as a table' })
    await rows.getByText(`reason ${ROWS}`, { exact: true }).waitFor()
    await rows.hover()
    const { count, maxCpuMs } = await traceTasks(page, async () => {
      do await page.mouse.wheel(0, TURN)
      while (!(await page.evaluate<boolean>(IS_AT_END)))
    })
    await rows.getByText('reason 1', { exact: true }).waitFor()
    // Rows far from the visible ones do not exist.
    expect(await rows.getByRole('row').count()).toBeLessThan(100)
    expect(count).toBeGreaterThan(200)
    expect(maxCpuMs).toBeLessThan(MAX_TASK_CPU_MS)
    expect(problems).toEqual([])
    await ops.close()
  })
})
