import { image, said, type Sessions } from '../session';

/** Plain requests about containers, volumes and networks, refused ones too. */
export const objects: Sessions = {
  'the life of a container': {
    run: ({ sh, name }) =>
      sh(
        `docker create --name ${name} ${image} sleep 60 && docker start ${name} && docker pause ${name} && docker unpause ${name} &&
         docker update --memory 64m --memory-swap 128m ${name} && docker rename ${name} ${name}-new && docker restart -t 0 ${name}-new &&
         docker kill -s HUP ${name}-new && docker stop -t 0 ${name}-new && docker stop ${name}-new && docker rm ${name}-new && docker rm -f ${name}-new`,
      ),
    expected: expect.objectContaining({ stdout: expect.stringMatching(/^<id>\n(t\S+\n){9,11}$/) }),
  },
  'inspect of a container': {
    run: ({ sh, name }) =>
      sh(
        `docker run -d --network none --name ${name} -v ${name}:/v -l a=b -e C=d ${image} sleep 60 >/dev/null; docker inspect ${name}; docker inspect -s -f '{{.SizeRw}}' ${name}`,
      ),
    expected: said(expect.stringMatching(/"Status": "running"[^]*"a": "b"[^]*\]\n0\n$/)),
  },
  'references that are not there, or not unique': {
    run: ({ sh, name }) =>
      sh(
        `docker inspect ${name}; docker rm ${name}; docker start ${name}; docker volume rm ${name}; docker network rm ${name}; docker rmi ${name}; docker wait ${name}`,
      ),
    expected: said('[]\n', {
      code: 1,
      stderr: expect.stringMatching(/No such object[^]*No such container[^]*/i),
    }),
  },
  'a network in use, a volume in use, an image in use': {
    run: ({ sh, name }) =>
      sh(
        `docker network create ${name} && docker create --name ${name}-0 ${image} true && docker commit ${name}-0 ${name}:used && docker run -d --name ${name} --network ${name} -v ${name}:/v ${image} sleep 60 && docker run --name ${name}-2 ${name}:used true
         docker network rm ${name}; docker volume rm ${name}; docker rm ${name}; docker rmi ${name}:used`,
      ),
    expected: expect.objectContaining({
      code: 1,
      stderr: expect.stringMatching(
        /has active endpoints[^]*volume is in use[^]*(You cannot remove a running container|container is running)[^]*\(must force\)/,
      ),
    }),
  },
  'the life of a volume': {
    run: ({ sh, name }) =>
      sh(
        `docker volume create --label of=${name} ${name} && docker volume create ${name} && docker volume ls -q -f name=${name} && docker volume inspect ${name} &&
         docker volume rm ${name}; docker volume inspect ${name}`,
      ),
    expected: expect.objectContaining({
      code: 1,
      stdout: expect.stringMatching(/"of": "t/),
      stderr: expect.stringMatching(/no such volume/i),
    }),
  },
  'the life of a network': {
    run: ({ sh, name }) =>
      sh(
        `docker network create --label of=${name} --subnet 10.77.$((0x$(echo ${name} | cksum | cut -c1-2) % 200)).0/24 ${name} && docker run -d --name ${name} ${image} sleep 60 &&
         docker network connect --alias other ${name} ${name} && docker exec ${name} ping -c 1 -q other | grep received &&
         docker network disconnect ${name} ${name} && docker network ls -f name=${name} --format '{{.Name}} {{.Driver}}' && docker network rm ${name}`,
      ),
    expected: said(
      expect.stringMatching(
        /^<id>\n<id>\n1 packets transmitted, 1 packets received, 0% packet loss\nt\S+ bridge\nt\S+\n$/,
      ),
    ),
  },
  'prune, of what carries one label; the engine does one at a time': {
    run: ({ sh, name }) =>
      sh(
        `docker create --label of=${name} --name ${name} ${image} true >/dev/null; docker network create --label of=${name} ${name} >/dev/null; docker volume create --label of=${name} ${name}
         docker commit -c 'LABEL of=${name}' ${name} ${name}:one >/dev/null; docker commit -c 'LABEL of=${name} b=c' ${name} ${name}:one >/dev/null
         for kind in container network image; do docker $kind prune -f --filter label=of=${name}; done
         docker volume prune -f --filter label=of=${name}; docker ps -aq -f name=${name}; docker network ls -q -f name=${name}`,
      ),
    expected: said(
      expect.stringMatching(
        /^t\S+\nDeleted Containers:\n<id>\n\nTotal reclaimed space: 0B\nDeleted Networks:\nt\S+\n\nDeleted Images:\ndeleted: sha256:<id>\n/,
      ),
    ),
  },
  'info and df': {
    run: ({ sh }) =>
      sh(
        `docker info --format '{{.ServerVersion}} {{.Driver}} {{.OSType}}'; docker system df --format '{{.Type}}'`,
      ),
    expected: said(
      expect.stringMatching(/^\d+\.\S+ \S+ linux\nImages\nContainers\nLocal Volumes\nBuild Cache\n$/),
    ),
  },
};
