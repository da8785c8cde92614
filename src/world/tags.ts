import { type Effect, type Exec, type Image, type NameUse, type Nanos, nobody } from '../domain';
import { execsAlive, isWithinLife } from './execs';
import { normalTag } from './image-name';
import { jobByKey } from './jobs';
import { makersOfTag } from './makers';
import { holderOf, releaseNamesOf, takeName } from './names';
import { nameKey, type World } from './world';

/** Commands that make an image; `tag` gives one that exists another name. */
const making: ReadonlySet<string> = new Set(['build', 'commit', 'import', 'pull']);

/** Whose a tag is: the one job whose commands can have made it. An image that was made with it is that job's too. */
const settleTag = (world: World, use: NameUse): void => {
  const { execs, makers } = makersOfTag(world, use.name, use.from);
  const [maker] = makers;
  const agreed = maker && makers.every(({ key }) => key === maker.key);
  const job = agreed ? (jobByKey(world, maker.key)?.id ?? null) : null;
  if (use.job !== job) {
    use.job = job;
    world.changes.nameUses.add(use);
  }
  const image = world.images.get(use.resource);
  const isNew = execs.some((exec) => making.has(exec.verb) && image && image.createdAt >= exec.at);
  if (!image) return;
  if (job === null && image.owner.level === 1) {
    // Another command that fits as well was told of.
    image.owner = nobody;
    world.changes.images.add(image);
  }
  if (!maker || job === null || !isNew || (image.owner.level > 0 && image.owner.job !== job)) return;
  const { confidence, because } = maker;
  image.owner = { job, system: null, confidence, because: [because], level: 1 };
  world.changes.images.add(image);
};

/** A tag moves: the image that had it loses it. */
export const tagImage = (world: World, image: Image, tag: string, at: Nanos): void => {
  if (image.tags.includes(tag)) return;
  for (const other of world.images.values())
    if (other !== image && other.tags.includes(tag)) {
      other.tags = other.tags.filter((each) => each !== tag);
      world.changes.images.add(other);
    }
  image.tags = [...image.tags, tag];
  if (!image.name) image.name = tag;
  takeName(world, 'tag', tag, image.id, null, at);
  world.changes.images.add(image);
};

/** The engine told of a tag just now. Of one that only a list shows, a command of that time need not be the maker. */
export const tagTold = (world: World, image: Image, tag: string, at: Nanos): void => {
  tagImage(world, image, tag, at);
  const use = holderOf(world, 'tag', tag);
  if (use?.resource === image.id && use.from === at) settleTag(world, use);
};

const dropTag = (world: World, image: Image, tag: string, at: Nanos): void => {
  image.tags = image.tags.filter((each) => each !== tag);
  releaseNamesOf(world, 'tag', tag, image.id, at);
  world.changes.images.add(image);
};

const isNamed = ({ targets }: Exec, tag: string): boolean =>
  targets.some((target) => normalTag(target) === tag);

/** The event does not say which tag went: one that a command of that time names, or the only one. */
export const untagImage = (world: World, image: Image, at: Nanos): void => {
  const execs = execsAlive(world, ['rmi'], at);
  const held = image.tags.filter((tag) => {
    const use = holderOf(world, 'tag', tag);
    return use?.resource === image.id && use.from <= at;
  });
  const gone =
    held.find((tag) => execs.some((exec) => isNamed(exec, tag))) ?? (held.length === 1 ? held[0] : undefined);
  if (gone !== undefined) dropTag(world, image, gone, at);
};

/** Tags that a list shows no more went unseen, unless they were made while it was. */
export const dropUnlisted = (world: World, image: Image, listed: readonly string[], from: Nanos): void => {
  for (const tag of image.tags)
    if (
      !listed.includes(tag) &&
      [...world.nameUses.of(nameKey('tag', tag))].some(
        (use) => use.resource === image.id && use.to === null && use.from < from,
      )
    )
      dropTag(world, image, tag, from);
};

const review = (world: World, exec: Exec, { action, name, at, resource }: Effect): void => {
  const image = resource === null ? undefined : world.images.get(resource);
  if (action === 'untag' && exec.verb === 'rmi' && image?.tags.some((tag) => isNamed(exec, tag)))
    untagImage(world, image, at);
  if (action !== 'tag' || !exec.tags.some((tag) => normalTag(tag) === name)) return;
  for (const use of world.nameUses.of(nameKey('tag', name))) if (use.from === at) settleTag(world, use);
};

/** More became known of a command or its caller: tags that it can have made or removed are looked at again. */
export const reviewTags = (world: World, exec: Exec): void => {
  for (const effect of world.effects)
    if (effect.type === 'image' && isWithinLife(exec, effect.at)) review(world, exec, effect);
};
