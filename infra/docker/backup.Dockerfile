FROM node:24.21.0-bookworm-slim
# commands, no service: "With containers" in OPERATIONS.md
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY signaling/package.json signaling/
COPY archiver/package.json archiver/
COPY client/package.json client/
COPY infra/package.json infra/
# without the binaries that are optional: the database is another container's
RUN npm ci --omit=dev --omit=optional --workspace @vicinal/infra --workspace @vicinal/archiver --workspace @vicinal/signaling --workspace @vicinal/shared
COPY shared/src shared/src
COPY signaling/src signaling/src
COPY archiver/src archiver/src
COPY infra/backup infra/backup
COPY infra/scripts infra/scripts
COPY infra/postgres infra/postgres
RUN mkdir /data /backups && chown node:node /data /backups
USER node
ENV DATA_DIR=/data
VOLUME /data /backups
CMD ["node", "infra/scripts/backup.ts"]
