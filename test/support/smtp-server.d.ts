/** As much of `smtp-server` as the tests use; the package brings no types. */
declare module 'smtp-server' {
  import type { Readable } from 'node:stream'
  import type { AddressInfo } from 'node:net'

  export interface Session {
    envelope: { mailFrom: { address: string }; rcptTo: { address: string }[] }
  }
  export interface Options {
    authOptional: boolean
    disabledCommands: string[]
    onRcptTo?(
      address: { address: string },
      session: Session,
      callback: (error?: Error & { responseCode?: number }) => void,
    ): void
    onData(stream: Readable, session: Session, callback: (error?: Error) => void): void
  }
  export class SMTPServer {
    constructor(options: Options)
    readonly server: { address(): AddressInfo }
    listen(port: number, host: string, ready: () => void): void
    close(done: () => void): void
  }
}
