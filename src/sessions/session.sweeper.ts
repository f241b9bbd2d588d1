import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { SessionsService } from './sessions.service.js';

/** Sessions looked at in one go: about a millisecond, so that no request notices. */
const SLICE = 500;

/** Ends sessions that have expired, once a second, in slices that leave the event loop free. */
@Injectable()
export class SessionSweeper {
  constructor(private readonly sessions: SessionsService) {}

  @Cron('* * * * * *', { name: 'sweep sessions', waitForCompletion: true })
  async sweep(): Promise<void> {
    const now = Date.now();
    while (await this.sessions.expire(now, SLICE)) await setImmediate();
  }
}
