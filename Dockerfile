# The daemon. BASE_IMAGE is any Debian-based Node >= 20 with npm.
ARG BASE_IMAGE=node:22-bookworm-slim

FROM ${BASE_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ make python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# Packages before sources: a change in src does not build better-sqlite3 again.
COPY package.json package-lock.json .npmrc ./
COPY scripts scripts
RUN npm ci --ignore-scripts --include=dev && node scripts/ensure-sqlite.js
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${BASE_IMAGE}
ENV NODE_ENV=production CROSSTALK_DATA_DIR=/var/lib/crosstalk
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/scripts/node-version.js scripts/
COPY --from=build /app/migrations migrations
COPY --from=build /app/dashboards dashboards
COPY --from=build /app/bin bin
COPY --from=build /app/dist dist
VOLUME /var/lib/crosstalk
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://' + (process.env.CROSSTALK_LISTEN || '127.0.0.1:7373') + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/crosstalk"]
CMD ["serve"]
