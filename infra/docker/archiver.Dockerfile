FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY signaling/package.json signaling/
COPY archiver/package.json archiver/
COPY client/package.json client/
COPY infra/package.json infra/
RUN npm ci --omit=dev --workspace @vicinal/archiver --workspace @vicinal/shared
COPY shared/src shared/src
COPY archiver/src archiver/src
COPY infra/postgres/migrations/archiver infra/postgres/migrations/archiver
RUN mkdir /data && chown node:node /data
USER node
ENV HOST=0.0.0.0 ARCHIVE_PORT=8082 DATA_DIR=/data
VOLUME /data
EXPOSE 8082
CMD ["node", "archiver/src/main.ts"]
