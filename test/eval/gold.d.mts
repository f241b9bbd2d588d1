/** Every plain statement that the notation stands for, the simplest choice of each first. */
export function statementsOf(gold: string): string[];
