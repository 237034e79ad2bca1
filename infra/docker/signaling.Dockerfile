FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY signaling/package.json signaling/
COPY archiver/package.json archiver/
COPY client/package.json client/
COPY infra/package.json infra/
RUN npm ci --omit=dev --workspace @vicinal/signaling --workspace @vicinal/shared
COPY shared/src shared/src
COPY signaling/src signaling/src
COPY infra/postgres/migrations/signaling infra/postgres/migrations/signaling
USER node
ENV HOST=0.0.0.0 SIGNALING_PORT=8081
EXPOSE 8081
CMD ["node", "signaling/src/main.ts"]
