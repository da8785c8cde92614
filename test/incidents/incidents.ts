/** What happened to whom: `kind/variant victim<-actor`, or `A+B` where both are victims; `host` is nobody's job. */
export type Harm = string;

export interface Incident {
  readonly id: string;
  readonly title: string;
  /**
   * Played in order. A and B are two jobs, H the host, R their runner. `$A` and `$B` stand for the label of a job.
   * `# fails` and `# prints x` say what a line must do for the incident to have happened.
   */
  readonly lines: readonly string[];
  readonly harms: readonly Harm[];
  /** True besides, and not the point. */
  readonly also?: readonly Harm[];
  /** Harms that the exec watch cannot name yet. */
  readonly open?: readonly Harm[];
}

/** Incidents of public issue threads, and clean cases (N) that look like them. */
export const incidents: readonly Incident[] = [
  {
    id: 'I-01',
    title: "A clean-up of everything takes another build's server, then its name",
    lines: [
      'A: docker run -d $A --name docs busybox sleep 600',
      'B: docker rm -fv $(docker ps -aq)',
      'B: docker run -d $B --name docs busybox sleep 600',
      "A: docker exec docs hostname   # now runs in B's container",
    ],
    harms: ['foreign-kill A<-B', 'name-conflict/takeover A<-B'],
    also: ['foreign-access/exec B<-A'],
  },
  {
    id: 'I-02',
    title: 'A clean-up by image takes whoever uses that image',
    lines: [
      'A: docker run -d $A --name ci-a busybox sleep 600',
      'B: docker run -d $B --name ci-b busybox sleep 600',
      'B: docker stop -t 1 $(docker ps -q --filter ancestor=busybox)',
      'A: docker exec ci-a true   # fails',
    ],
    harms: ['foreign-kill A<-B'],
  },
  {
    id: 'I-03',
    title: 'A job made for a host of its own stops all, then prunes',
    lines: [
      'A: docker run -d $A --name gpu0-test busybox sleep 600',
      'B: docker stop -t 1 $(docker ps -q)',
      'B: docker container prune -f',
      'A: docker inspect gpu0-test   # fails',
    ],
    harms: ['foreign-kill A<-B', 'prune/containers A<-B'],
  },
  {
    id: 'I-04',
    title: 'A shared image builder goes with the job that made it',
    lines: [
      'A: docker run -d $A --name buildx_buildkit_builder0 busybox sleep 600',
      'B: docker exec buildx_buildkit_builder0 true',
      'B: docker exec -d buildx_buildkit_builder0 sleep 60',
      'A: docker rm -fv buildx_buildkit_builder0',
      'B: docker exec buildx_buildkit_builder0 true   # fails',
    ],
    harms: ['foreign-access/exec A<-B'],
  },
  {
    id: 'I-05',
    title: "A fixed container_name: each job replaces the other's",
    lines: [
      'A: docker run -d $A --name tcf busybox sleep 600',
      'B: docker stop -t 1 tcf',
      'B: docker rm tcf',
      'B: docker run -d $B --name tcf busybox sleep 600',
      "A: docker exec tcf hostname   # B's container answers",
    ],
    harms: ['foreign-kill A<-B', 'name-conflict/takeover A<-B'],
    also: ['foreign-access/exec B<-A'],
  },
  {
    id: 'I-06',
    title: "A cancelled task's container holds the name",
    lines: [
      'A: docker run -d $A --name taskcontainer busybox sleep 600',
      'B: docker run $B --name taskcontainer busybox true   # fails',
    ],
    harms: ['name-conflict/refused B<-A'],
  },
  {
    id: 'I-07',
    title: 'Two builds at once want one name',
    lines: [
      'A: docker run -d $A --name spartan busybox sleep 600',
      'B: docker run -d $B --name spartan busybox sleep 600   # fails',
    ],
    harms: ['name-conflict/refused B<-A'],
  },
  {
    id: 'I-08',
    title: 'Two clusters race for a network of one name',
    lines: [
      'A: docker network create kind',
      'A: docker run -d $A --name a-control-plane --network kind busybox sleep 600',
      'B: docker network create kind   # fails',
    ],
    harms: ['name-conflict/refused B<-A'],
  },
  {
    id: 'I-09',
    title: 'Two builds in directories of one name share a Compose project',
    lines: [
      'A: docker run -d $A --name app_db_1 -l com.docker.compose.project=app -l com.docker.compose.service=db busybox sleep 600',
      'B: docker stop -t 1 app_db_1',
      'B: docker rm app_db_1',
      'B: docker run -d $B --name app_db_1 -l com.docker.compose.project=app -l com.docker.compose.service=db busybox sleep 600',
      "A: docker exec app_db_1 hostname   # B's database",
    ],
    harms: ['foreign-kill A<-B'],
    also: ['name-conflict/takeover A<-B', 'foreign-access/exec B<-A'],
  },
  {
    id: 'I-10',
    title: 'Branch and pull request of one commit tear down one project',
    lines: [
      'A: docker run -d $A --name c0ffee_test_run_1 -l com.docker.compose.project=c0ffee busybox sleep 600',
      'B: docker run -d $B --name c0ffee_test_run_2 -l com.docker.compose.project=c0ffee busybox sleep 600',
      'A: docker rm -f $(docker ps -aq --filter label=com.docker.compose.project=c0ffee)',
      'B: docker rm c0ffee_test_run_2   # fails',
    ],
    harms: ['foreign-kill B<-A'],
  },
  {
    id: 'I-11',
    title: 'Two pull requests publish one port',
    lines: [
      'A: docker run -d $A --name pr1_lisk_1 -p 15000:5000 busybox sleep 600',
      'B: docker run -d $B --name pr2_lisk_1 -p 15000:5000 busybox sleep 600   # fails',
    ],
    harms: ['port-conflict B<-A'],
  },
  {
    id: 'I-12',
    title: "A runner's first clean-up prunes a network that was just made",
    lines: [
      'A: docker network create --label c3f261 $A github_network_a',
      'B: docker network prune -f --filter label=c3f261',
      'A: docker run -d $A --network github_network_a busybox sleep 600   # fails',
    ],
    harms: ['prune/networks A<-B'],
  },
  {
    id: 'I-14',
    title: 'The hourly prune takes what is created and not yet started',
    lines: [
      'A: docker create $A --name scraper busybox true',
      'H: docker system prune -f',
      'A: docker start -a scraper   # fails',
    ],
    harms: ['prune/containers A<-host'],
  },
  {
    id: 'I-15',
    title: 'Two environments build one tag',
    lines: [
      "A: printf 'FROM busybox\\nRUN echo staging >/env\\n' | DOCKER_BUILDKIT=0 docker build -q -t app:abc123 -",
      "B: printf 'FROM busybox\\nRUN echo prod >/env\\n' | DOCKER_BUILDKIT=0 docker build -q -t app:abc123 -",
      'A: docker run --rm $A app:abc123 cat /env   # prints prod',
    ],
    harms: ['image-overwrite/tag A<-B'],
  },
  {
    id: 'I-16',
    title: 'Removing an old tag takes it from who is about to run it',
    lines: [
      "A: printf 'FROM busybox\\nRUN echo 1 >/a\\n' | DOCKER_BUILDKIT=0 docker build -q -t current:se -",
      'B: docker rmi -f current:se',
      'A: docker run --rm --pull never $A current:se true   # fails',
    ],
    harms: ['image-overwrite/remove A<-B'],
  },
  {
    id: 'I-17',
    title: "A tool commits whoever's container over a base image",
    lines: [
      'A: docker tag busybox gcc:8',
      'A: docker run -d $A --name conan_runner gcc:8 sleep 600',
      'B: docker run -d $B --name conan_runner gcc:8 sleep 600   # fails',
      'B: docker commit conan_runner gcc:8',
      'B: docker rm conan_runner   # fails',
    ],
    harms: ['name-conflict/refused B<-A', 'foreign-access/commit A<-B', 'image-overwrite/commit A<-B'],
  },
  {
    id: 'I-18',
    title: 'A path of the build container, mounted from the host',
    lines: [
      'A: docker run -d $A --name a-build -v a-builds:/tmp/xt-builds busybox sleep 600',
      "A: docker exec a-build sh -c 'mkdir -p /tmp/xt-builds/p/shared; echo x >/tmp/xt-builds/p/shared/f'",
      "A: docker run --rm $A -v /tmp/xt-builds/p/shared:/mnt busybox sh -c 'ls -A /mnt | grep -q f || echo empty'   # prints empty",
    ],
    harms: ['misdirected-bind A<-A'],
  },
  {
    id: 'I-19',
    title: 'A Makefile enters any container of the name it expects',
    lines: [
      "A: docker run -d $A --name fabric8-wit-local-build busybox sh -c 'echo a >/src; sleep 600'",
      'B: docker ps -qa --filter name=fabric8-wit-local-build',
      'B: docker exec fabric8-wit-local-build cat /src   # prints a',
      'B: docker rm -f fabric8-wit-local-build',
    ],
    harms: ['foreign-access/exec A<-B', 'foreign-kill A<-B'],
  },
  {
    id: 'I-20',
    title: "The newest container is somebody else's, and is committed",
    lines: [
      'B: docker run -d $B --name ci-b busybox sleep 600',
      'A: docker run -d $A --name ci-a busybox sleep 600',
      'B: docker commit $(docker ps -lq) snap:b',
    ],
    harms: ['foreign-access/commit A<-B'],
  },
  {
    id: 'I-21',
    title: 'A script joins every container to its network',
    lines: [
      'A: docker run -d $A --name a-db busybox sleep 600',
      'B: docker network create mynetwork',
      'B: for c in $(docker ps -q); do docker network connect mynetwork $c; done',
      'B: docker network rm mynetwork   # fails',
    ],
    harms: ['network-interference/join A<-B'],
  },
  {
    id: 'I-22',
    title: 'A clean-up detaches what it finds and removes the network',
    lines: [
      'A: docker network create goth_default',
      'A: docker run -d $A --name yagna1 --network goth_default busybox sleep 600',
      'B: docker network disconnect -f goth_default yagna1',
      'B: docker network rm goth_default',
      'A: docker network connect goth_default yagna1   # fails',
    ],
    harms: ['network-interference/disconnect A<-B', 'network-interference/remove A<-B'],
    also: ['prune/networks A<-B'],
  },
  {
    id: 'I-23',
    title: 'Two jobs run an inner Docker on one volume',
    lines: [
      "A: docker run -d $A --name job-a -v docker-cache:/var/lib/docker busybox sh -c 'echo a >/var/lib/docker/docker.pid; sleep 600'",
      'A: sleep 1',
      "B: docker run --rm $B -v docker-cache:/var/lib/docker busybox sh -c 'test ! -e /var/lib/docker/docker.pid'   # fails",
    ],
    harms: ['shared-volume/volume A+B'],
  },
  {
    id: 'I-24',
    title: 'A database finds the files of the run before',
    lines: [
      "A: docker run --rm $A -v kuma_mysql:/var/lib/mysql busybox sh -c 'echo old-grants >/var/lib/mysql/user'",
      'B: docker run --rm $B -v kuma_mysql:/var/lib/mysql busybox cat /var/lib/mysql/user   # prints old-grants',
    ],
    harms: ['shared-volume/volume B<-A'],
  },
  {
    id: 'I-25',
    title: "The host's /tmp is in every job",
    lines: [
      "A: docker run -d $A --name leg-a -v /tmp/xt-shared:/tmp busybox sh -c 'echo a >/tmp/out; sleep 600'",
      'A: sleep 1',
      "B: docker run --rm $B -v /tmp/xt-shared:/tmp busybox sh -c 'echo b >/tmp/out'",
      'A: docker exec leg-a cat /tmp/out   # prints b',
    ],
    harms: ['shared-volume/host-path A+B'],
  },
  {
    id: 'I-26',
    title: "A cancelled build's containers stay",
    lines: [
      'A: docker run -d $A --name build-a busybox sleep 600',
      'A: docker run -d $A --name httptester busybox sleep 600',
      'R: docker rm -fv build-a',
      'B: docker run --rm $B busybox true',
      "B: docker ps --filter name=httptester --format '{{.Names}}'   # prints httptester",
    ],
    harms: [],
    // The runner is played by a process of the host.
    also: ['foreign-kill A<-host'],
  },
  {
    id: 'I-27',
    title: 'A clean-up removes the container it runs in',
    lines: [
      'A: docker run -d $A --name testrunner busybox sleep 600',
      'A: docker run -d $A --name sample-app busybox sleep 600',
      'A: docker rm -f $(docker ps -aq)',
    ],
    harms: [],
  },
  {
    id: 'I-28',
    title: 'Two logins overwrite one credentials file',
    lines: [
      'A: mkdir -p /tmp/xt-cfg; echo \'{"auths":{"reg-a.example":{"auth":"YTph"}}}\' >/tmp/xt-cfg/config.json',
      'B: echo \'{"auths":{"reg-b.example":{"auth":"Yjpi"}}}\' >/tmp/xt-cfg/config.json',
      'A: grep -q reg-a.example /tmp/xt-cfg/config.json   # fails',
    ],
    harms: [],
  },
  {
    id: 'I-29',
    title: 'The nightly clean-up of the host',
    lines: [
      'A: docker run -d $A --name dv_test busybox sleep 600',
      'B: docker run -d $B --name latest_new busybox sleep 600',
      'H: docker stop -t 1 $(docker ps -q)',
      'H: docker rm $(docker ps -aq)',
    ],
    harms: ['foreign-kill A<-host', 'foreign-kill B<-host'],
  },
  {
    id: 'I-30',
    title: 'One fixed name, one job after the other',
    lines: [
      'A: docker run -d $A --name kube-master busybox sleep 600',
      'A: docker rm -f kube-master',
      'A: sleep 3',
      'B: docker run -d $B --name kube-master busybox sleep 600',
      'B: docker rm -f kube-master',
    ],
    harms: ['name-conflict/collision-course A+B'],
  },
  {
    id: 'I-31',
    title: 'A service made anew inherits the volume of the run before',
    lines: [
      "A: docker run -d $A --name sim_old -v /logs busybox sh -c 'echo a >/logs/x; sleep 600'",
      'A: sleep 1',
      'B: docker run -d $B --name sim_new --volumes-from sim_old busybox sleep 600',
      'B: docker rm -f sim_old',
      'B: docker exec sim_new cat /logs/x   # prints a',
    ],
    harms: ['shared-volume/anonymous A+B'],
    also: ['foreign-kill A<-B'],
  },
  {
    id: 'I-32',
    title: "A cache cleaner removes a job's volume between two of its containers",
    lines: [
      "A: docker run --rm $A -v runner-1-project-1-build:/builds busybox sh -c 'echo src >/builds/main.c'",
      'H: docker volume ls -q --filter dangling=true | xargs docker volume rm',
      'A: docker run --rm $A -v runner-1-project-1-build:/builds busybox cat /builds/main.c   # fails',
    ],
    harms: ['prune/volumes A<-host'],
  },
  {
    id: 'I-33',
    title: 'A preparation step kills all that runs',
    lines: [
      'A: docker run -d $A --name mi355-bench busybox sleep 600',
      'B: docker kill $(docker ps -q)',
      'A: docker wait mi355-bench   # prints 137',
    ],
    harms: ['foreign-kill A<-B'],
  },
  {
    id: 'N-01',
    title: 'A runner ends the services of a finished job',
    lines: [
      'A: docker network create net-101',
      'A: docker run -d $A --name runner-1-project-1-concurrent-0-postgres-0 --network net-101 busybox sleep 600',
      'R: docker network disconnect -f net-101 runner-1-project-1-concurrent-0-postgres-0',
      'R: docker rm -fv runner-1-project-1-concurrent-0-postgres-0',
      'R: docker network rm net-101',
    ],
    harms: [],
  },
  {
    id: 'N-02',
    title: 'The cache of a slot, one job after the other',
    lines: [
      'A: docker run --rm $A -v runner-1-project-1-concurrent-0-cache-3c3f060a:/cache busybox touch /cache/m2',
      'B: docker run --rm $B -v runner-1-project-1-concurrent-0-cache-3c3f060a:/cache busybox ls /cache',
    ],
    harms: [],
  },
  {
    id: 'N-03',
    title: "A test session's own reaper",
    lines: [
      'A: docker run -d $A --name testcontainers-ryuk-s1 -l org.testcontainers.sessionId=s1 -l org.testcontainers.ryuk=true busybox sleep 600',
      'A: docker run -d --name tc-pg -l org.testcontainers.sessionId=s1 busybox sleep 600',
      'A: docker rm -fv $(docker ps -aq --filter name=tc-pg --filter label=org.testcontainers.sessionId=s1)',
    ],
    harms: [],
  },
  {
    id: 'N-04',
    title: 'Out of memory',
    lines: [
      'A: docker run $A --name hog -m 24m --memory-swap 24m busybox tail /dev/zero   # fails',
      "A: docker inspect -f '{{.State.OOMKilled}}' hog   # prints true",
    ],
    harms: [],
  },
  {
    id: 'N-05',
    title: 'Health checks',
    lines: [
      'A: docker run -d $A --name web --health-cmd true --health-interval 1s busybox sleep 600',
      'A: sleep 4',
      "A: docker inspect -f '{{.State.Health.Status}}' web   # prints healthy",
    ],
    harms: [],
  },
  {
    id: 'N-06',
    title: 'A job wants a name that it holds itself',
    lines: [
      'A: docker run -d $A --name mc busybox sleep 600',
      'A: docker run -d $A --name mc busybox sleep 600   # fails',
    ],
    harms: [],
  },
];
