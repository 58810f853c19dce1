/** Version of the messages between host and plugin. */
export const MESSAGES_VERSION = 1
