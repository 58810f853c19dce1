import { useDebouncedCallback } from '@mantine/hooks'
import { useRef, useState } from 'react'
import {
  CommandStatus,
  DeploymentCommands,
  type CommandFields,
  type DeploymentCommandsData,
} from '@stackgate/client/documents'
import { useOperation, useOperations } from '@stackgate/react/hooks'
import { useFollow } from '../../session/use-follow.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { isTerminal } from './commands.js'

const PAGE = 20
const MAX = 100
/** Minimum time between two announcements of finished commands, in milliseconds. */
const ANNOUNCE_MS = 5000
/** Time in which finished commands cause one reading of their effects, in milliseconds. */
const GATHER_MS = 300

/** The list with the current command, the newest first. */
function withCommand(data: DeploymentCommandsData, command: CommandFields): DeploymentCommandsData {
  const { deployment } = data
  if (!deployment) return data
  const { nodes } = deployment.commands
  const isKnown = nodes.some(({ id }) => id === command.id)
  const changed = isKnown ? nodes.map((node) => (node.id === command.id ? command : node)) : [command, ...nodes]
  return { ...data, deployment: { ...deployment, commands: { ...deployment.commands, nodes: changed } } }
}

/** Commands of a deployment: read once, and changed by their stream, which continues behind that reading. */
export function useCommands(hash: string) {
  const operations = useOperations()
  const [first, setFirst] = useState(PAGE)
  const variables = { id: hash, first }
  const query = useOperation(DeploymentCommands, variables, { keepsPrevious: true })
  const [announcement, setAnnouncement] = useState('')
  const finished = useRef(0)
  const announce = useDebouncedCallback(() => {
    setAnnouncement(deploymentWords.finished(finished.current))
    finished.current = 0
  }, ANNOUNCE_MS)
  const readEffects = useDebouncedCallback(() => {
    void operations.refetch('Deployment', 'ServerLoad')
  }, GATHER_MS)

  const upsert = (command: CommandFields) => {
    operations.update(DeploymentCommands, variables, (data) => withCommand(data, command))
    void operations.refetch('Command', 'CommandResult')
  }
  const { data } = query
  useFollow(
    CommandStatus,
    { deploymentId: hash },
    {
      after: data?.deployment?.cursor,
      onItem: ({ subject: command }) => {
        if (command?.__typename !== 'Command') return
        upsert(command)
        if (!isTerminal(command.status)) return
        finished.current += 1
        announce()
        readEffects()
      },
      onMissed: async () => (await query.refetch()).data?.deployment?.cursor,
    },
  )
  const page = data?.deployment?.commands
  return {
    query,
    commands: page?.nodes ?? [],
    announcement,
    upsert,
    showOlder: page?.pageInfo.hasNextPage && first < MAX ? () => setFirst(Math.min(first + PAGE, MAX)) : null,
  }
}
