import { maxTextLength } from './pattern';
import type { Preset } from './preset';

/**
 * First words of the names that the engine gives to containers without one (`brave_curie`, `zen_hopper3`). Words that
 * people use in names of their own (elastic, kind, sharp) are left out: a random name is hardly ever given twice.
 */
const engineWords = new Set(
  `admiring adoring affectionate agitated amazing angry awesome beautiful blissful bold boring brave busy charming
  clever compassionate competent condescending confident cool cranky crazy dazzling determined distracted dreamy eager
  ecstatic elated elegant eloquent exciting fervent festive flamboyant focused friendly frosty funny gallant gifted
  goofy gracious happy hardcore heuristic hopeful hungry infallible inspiring intelligent interesting jolly jovial keen
  laughing loving lucid magical modest musing mystifying naughty nervous nice nifty nostalgic optimistic peaceful
  pedantic pensive practical priceless quirky quizzical recursing relaxed reverent romantic sad serene silly sleepy
  stoic strange stupefied suspicious sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous wizardly
  wonderful xenodochial youthful zealous zen`.split(/\s+/),
);

/** Parts that are random or count up: nobody writes them into a CI file as a fixed name. */
const randomParts = [
  /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/i, // a UUID, with or without dashes
  /[0-9a-f]{12}/, // ids and hashes; Compose's `<12 hex>_<name>` while it replaces a container
  /\d{8}/,
];

const byEngine = (name: string): boolean => {
  const words = /^([a-z]{3,16})_[a-z]{2,20}\d?$/.exec(name);
  return words !== null && engineWords.has(words[1]!);
};

/** Tells names that a runner, a tool or the engine made up from those that were chosen in a CI file. */
export const generatedNames = (presets: readonly Preset[]): ((name: string) => boolean) => {
  const patterns = [...randomParts, ...presets.flatMap((preset) => preset.generatedNames ?? [])];
  return (name) => {
    const text = name.slice(0, maxTextLength);
    return byEngine(text) || patterns.some((pattern) => pattern.test(text));
  };
};
