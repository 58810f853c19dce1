/** The row of an application after a report, from the earlier row and `excluded`. */
export const NEXT_STATE = {
  status: `coalesce(
      excluded.status, case when excluded.health = 'OK' and app_state.status = 'ERROR' then null else app_state.status end
    )`,
  containerState: 'coalesce(excluded.container_state, app_state.container_state)',
  health: `case
      when app_state.status = 'STOPPED' and app_state.health is null and excluded.status = 'STOPPED' then null
      else excluded.health
    end`,
}
