FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY signaling/package.json signaling/
COPY archiver/package.json archiver/
COPY client/package.json client/
COPY infra/package.json infra/
RUN npm ci --workspace @vicinal/client --workspace @vicinal/shared
COPY tsconfig.base.json ./
COPY shared shared
COPY client client
COPY infra/scripts/client-build.ts infra/scripts/
RUN npm run build

FROM nginx:1.28-bookworm
COPY nginx/nginx.conf /etc/nginx/nginx.conf
COPY nginx/addresses.conf nginx/app.conf nginx/proxy.conf nginx/security-headers.conf /etc/nginx/vicinal/
COPY --from=build /app/client/dist /usr/share/nginx/html
USER nginx
EXPOSE 8080
