import { statementForm } from '../database/forms.js'
import { recentStreamsOf } from './events.sql.js'

export const eventForms = [
  statementForm(recentStreamsOf, {
    text: `
      select distinct stream_id as id from stream_event
      where stream_id = any(:streamIds) and recorded_at > now() - interval '4 seconds'
    `,
  }),
]
