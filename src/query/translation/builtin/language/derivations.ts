/**
 * Nouns whose verb is spelt too differently for rules: a schema says "consumption" where people say "consumed". General English;
 * what only differs by an ending is not listed.
 */
const PAIRS: readonly (readonly [noun: string, verb: string])[] = [
  ['admission', 'admit'], ['permission', 'permit'], ['submission', 'submit'], ['consumption', 'consume'], ['subscription', 'subscribe'], ['description', 'describe'], ['prescription', 'prescribe'], ['registration', 'register'],
  ['publication', 'publish'], ['production', 'produce'], ['reduction', 'reduce'], ['reception', 'receive'], ['receipt', 'receive'], ['decision', 'decide'],
  ['division', 'divide'], ['provision', 'provide'], ['conclusion', 'conclude'], ['inclusion', 'include'], ['extension', 'extend'], ['expense', 'expend'],
  ['sale', 'sell'], ['loan', 'lend'], ['loss', 'lose'], ['gift', 'give'], ['flight', 'fly'], ['birth', 'bear'], ['death', 'die'], ['growth', 'grow'],
  ['choice', 'choose'], ['proof', 'prove'], ['speech', 'speak'], ['thought', 'think'], ['complaint', 'complain'], ['arrival', 'arrive'], ['approval', 'approve'],
  ['removal', 'remove'], ['renewal', 'renew'], ['refusal', 'refuse'], ['delivery', 'deliver'], ['discovery', 'discover'], ['recovery', 'recover'],
  ['entry', 'enter'], ['departure', 'depart'], ['failure', 'fail'], ['closure', 'close'], ['enrollment', 'enroll'], ['enrolment', 'enrol'],
  ['attendance', 'attend'], ['performance', 'perform'], ['maintenance', 'maintain'], ['inheritance', 'inherit'], ['reference', 'refer'],
  ['occurrence', 'occur'], ['preference', 'prefer'], ['residence', 'reside'], ['membership', 'member'], ['sponsorship', 'sponsor'], ['ownership', 'own'],
  ['participation', 'participate'], ['modification', 'modify'],
  ['application', 'apply'], ['notification', 'notify'], ['classification', 'classify'], ['specialty', 'specialise'], ['specialization', 'specialise'],
  ['speciality', 'specialize'], ['cancellation', 'cancel'], ['termination', 'terminate'], ['withdrawal', 'withdraw'], ['signature', 'sign'],
];

const verbs = new Map(PAIRS);

/** The verb a noun comes from, where spelling does not show it. */
export function verbBehind(noun: string): string | undefined {
  return verbs.get(noun);
}
