import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { PoolManager } from './pool-manager.js';

/** Looks once a second, which is often enough for the shortest useful timeout and costs nothing when nothing is due. */
@Injectable()
export class PoolSweeper {
  constructor(private readonly pools: PoolManager) {}

  @Cron('* * * * * *', { name: 'sweep pools', waitForCompletion: true })
  sweep(): void {
    this.pools.sweep(Date.now());
  }
}
