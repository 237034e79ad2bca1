/** The prebuilt file is used because the package's main one needs Node's stream and Buffer polyfilled by the bundler. */
declare module 'simple-peer/simplepeer.min.js' {
  import SimplePeer from 'simple-peer';
  export default SimplePeer;
}
